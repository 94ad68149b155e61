module example.com/warehouse

go 1.24

require github.com/pressly/goose/v3 v3.27.3
