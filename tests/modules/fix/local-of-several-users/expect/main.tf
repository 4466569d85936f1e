resource "aws_iam_role" "web" {
  assume_role_policy = var.trust
}

resource "aws_iam_instance_profile" "web" {
  role = aws_iam_role.web.name
}

locals {
  role    = aws_iam_instance_profile.web.name
  profile = local.role
}

resource "aws_instance" "blue" {
  iam_instance_profile = local.profile
}

resource "aws_instance" "green" {
  iam_instance_profile = local.profile
}
