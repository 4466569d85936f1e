resource "aws_iam_instance_profile" "web" {
  role = "web"
}

resource "aws_instance" "web" {
  iam_instance_profile = aws_iam_role.web.name
}

resource "aws_iam_role" "db" {
  assume_role_policy = var.trust
}

resource "aws_iam_instance_profile" "db" {
  role = aws_iam_role.db.name
}

locals {
  db = aws_iam_role.db.name
}

resource "aws_instance" "db" {
  iam_instance_profile = local.db
}
