resource "aws_instance" "typo" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_role.machine.name
}

resource "aws_instance" "typo_arn" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = "${aws_iam_role.machine.arn}"
}

resource "aws_iam_role" "machine_role" {
  name               = "machine_role"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "machine" {
  role = aws_iam_role.machine_role.name
}
