# Two accounts, each with a role of the same name. A profile that names its role holds the one of its own account.
provider "aws" {
  region = "eu-west-1"
}

provider "aws" {
  alias  = "tools"
  region = "eu-west-1"

  assume_role {
    role_arn = "arn:aws:iam::222222222222:role/deploy"
  }
}

resource "aws_iam_role" "web" {
  provider = aws

  name               = "web"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "web" {
  name = "web-servers"
  role = "web"
}

resource "aws_iam_role" "tools" {
  provider = aws.tools

  name               = "web"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_spot_instance_request" "web" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_role.web.name
}

resource "aws_spot_instance_request" "tools" {
  provider = aws.tools

  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_role.tools.name
}
