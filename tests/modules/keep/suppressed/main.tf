resource "aws_instance" "hash" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_role.quiet.name # cfn-ipfix: ignore[IPF001]
}

resource "aws_instance" "slash" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_role.quiet.name // cfn-ipfix: ignore
}

resource "aws_instance" "star" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_role.quiet.name /* cfn-ipfix: ignore[role-as-instance-profile] */
}

resource "aws_iam_role" "quiet" {
  name               = "quiet"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}
