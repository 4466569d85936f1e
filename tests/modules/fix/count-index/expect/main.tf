resource "aws_instance" "peer" {
  count = 2

  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.peer[count.index].name
}

resource "aws_iam_role" "peer" {
  count = 2

  name               = "peer-${count.index}"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "peer" {
  count = 2

  name = aws_iam_role.peer[count.index].name
  role = aws_iam_role.peer[count.index].name
}
