resource "aws_iam_role" "web" {
  assume_role_policy = var.trust
}

resource "aws_iam_instance_profile" "web" {
  role = [
    # This role may read the bucket.
    aws_iam_role.web.name,
  ]
}
