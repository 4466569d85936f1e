variable "with_role" {
  type    = bool
  default = true
}

resource "aws_instance" "pooled" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = var.with_role ? element(concat(aws_iam_role.pooled.*.name, [""]), 0) : null
}

resource "aws_iam_role" "pooled" {
  count = var.with_role ? 1 : 0

  name               = "pooled"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "pooled_profile" {
  count = var.with_role ? 1 : 0

  name_prefix = "pooled-"
  role        = element(concat(aws_iam_role.pooled.*.name, [""]), 0)
}
