module "web" {
  profile = "web"
}
