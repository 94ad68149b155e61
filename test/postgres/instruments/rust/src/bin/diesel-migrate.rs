// What `diesel migration run` does. usage: diesel-migrate URL FOLDER
use diesel::{Connection, PgConnection};
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let arguments: Vec<String> = std::env::args().collect();
    let mut connection = PgConnection::establish(&arguments[1])?;
    connection.run_pending_migrations(FileBasedMigrations::from_path(&arguments[2])?)?;
    Ok(())
}
