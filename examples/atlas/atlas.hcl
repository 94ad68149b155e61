env "local" {
  migration {
    dir = "file://migrations"
  }
  dev = "docker://postgres/17/dev"
}
