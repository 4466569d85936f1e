module "box" {
  source = "./box"

  identity             = aws_iam_role.box.name
  iam_instance_profile = var.profile
  group                = aws_security_group.box.id
  size                 = var.size
}

variable "profile" {
  default = null
}

variable "size" {
  default = "t3.micro"
}

resource "aws_security_group" "box" {}

resource "aws_iam_role" "box" {
  name               = "box"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}
