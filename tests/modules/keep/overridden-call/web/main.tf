variable "profile" {}

resource "aws_instance" "web" {
  iam_instance_profile = var.profile
}
