resource "aws_iam_role" "web" {
  name               = "${var.prefix}-web"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "web" {
  name = ("${var.prefix}-web")
  role = "${var.prefix}-web"

  depends_on = [aws_iam_role.web]
}

resource "aws_instance" "web" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_role.web.name

  depends_on = [aws_iam_instance_profile.web]
}

resource "aws_iam_role" "each" {
  for_each = toset(["api", "jobs"])

  name               = each.key
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "each" {
  for_each = toset(["api", "jobs"])

  name = each.key
  role = each.key

  depends_on = [aws_iam_role.each]
}

resource "aws_instance" "api" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_role.each["api"].name

  depends_on = [aws_iam_instance_profile.each]
}

variable "prefix" {
  default = "test"
}
