output "tags" {
  value = { team = "web" }
}
