// What `sqlx migrate run` does. usage: sqlx-migrate URL FOLDER
use std::path::Path;
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let pool = sqlx::PgPool::connect(&arguments[1]).await?;
        sqlx::migrate::Migrator::new(Path::new(&arguments[2])).await?.run(&pool).await?;
        Ok(())
    })
}
