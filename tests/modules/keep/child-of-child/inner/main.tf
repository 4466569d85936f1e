variable "identity" {}

variable "label" {}

resource "aws_instance" "box" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = var.identity

  tags = {
    Name     = var.label
    Identity = var.identity
  }
}
