module "fleet" {
  source = "./fleet"

  machines = { web = { profile = aws_iam_role.web.name } }
  sizes    = { web = { group = aws_security_group.web.id, size = "t3.micro" } }
  create   = true
}

module "spot" {
  source = "./spot"

  specifications = [{ profile = aws_iam_role.web.name }]
  profiles       = local.profiles
  prefix         = aws_iam_role.web.name
}

locals {
  profiles = { web = aws_iam_role.web.name }
}

resource "aws_security_group" "web" {}

resource "aws_iam_role" "web" {
  name               = "web"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}
