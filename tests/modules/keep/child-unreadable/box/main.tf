variable "identity" {

resource "aws_instance" "box" {
  iam_instance_profile = var.identity
}
