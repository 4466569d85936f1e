resource "aws_launch_configuration" "blue" {
  image_id             = "ami-12c6146b"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_role.fleet.arn
}

resource "aws_launch_configuration" "green" {
  image_id             = "ami-12c6146b"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_role.fleet.id
}

resource "aws_iam_role" "fleet" {
  name               = "fleet"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}
