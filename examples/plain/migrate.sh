#!/bin/sh
# Runs the migrations in order: DATABASE_URL=postgres://… ./migrate.sh
set -eu
cd "$(dirname "$0")"
for file in [0-9]*.sql; do
  psql "$DATABASE_URL" --no-psqlrc --set ON_ERROR_STOP=1 --file "$file"
done
