resource "aws_instance" "box" {
  iam_instance_profile = var.other

  tags = {
    Name = var.label
  }
}
