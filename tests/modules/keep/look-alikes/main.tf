resource "aws_iam_role" "look" {
  name               = "look"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_apprunner_service" "look" {
  service_name = "look"

  instance_configuration {
    instance_role_arn = aws_iam_role.look.arn
  }
}

data "aws_instance" "look" {
  filter {
    name   = "iam-instance-profile.arn"
    values = [aws_iam_role.look.arn]
  }
}

output "iam_instance_profile" {
  value = aws_iam_role.look.name
}

# iam_instance_profile = aws_iam_role.look.name
resource "aws_instance" "look" {
  ami           = "ami-0abcdef1234567890"
  instance_type = "t3.micro"

  tags = {
    iam_instance_profile = aws_iam_role.look.name
  }
}

module "look" {
  source = "example.com/look/aws"

  iam_instance_profile = aws_iam_role.look.name
}
