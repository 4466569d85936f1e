variable "role" {}

resource "aws_instance" "web" {
  iam_instance_profile = var.role.name
}
