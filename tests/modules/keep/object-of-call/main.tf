resource "aws_iam_role" "web" {
  assume_role_policy = var.trust
}

module "web" {
  source = "./web"
  role   = aws_iam_role.web
}
