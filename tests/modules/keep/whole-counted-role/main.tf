resource "aws_iam_role" "web" {
  count = 1

  assume_role_policy = var.trust
}

resource "aws_instance" "web" {
  iam_instance_profile = one(aws_iam_role.web)
}
