variable "role" {
  type = string
}

resource "aws_iam_instance_profile" "this" {
  name = var.role
  role = var.role
}
