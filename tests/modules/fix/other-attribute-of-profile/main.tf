resource "aws_instance" "api" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.web.unique_id
}

resource "aws_iam_role" "web" {
  name               = "web"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "web" {
  name = "web-profile"
  role = aws_iam_role.web.name
}

data "aws_iam_instance_profile" "web" {
  name = aws_iam_instance_profile.web.name
}

# The ID of a profile that is looked up is its unique ID, unlike that of a resource.
resource "aws_instance" "db" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = data.aws_iam_instance_profile.web.id
}
