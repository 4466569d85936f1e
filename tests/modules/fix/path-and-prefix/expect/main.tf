variable "division" {
  default = "sales"
}

resource "aws_instance" "crm" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.crm.name
}

resource "aws_iam_role" "crm" {
  name_prefix          = "crm-"
  path                 = "/${var.division}/crm/"
  max_session_duration = 7200
  assume_role_policy   = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })

  tags = {
    Name = "crm"
  }
}

resource "aws_iam_instance_profile" "crm" {
  name = aws_iam_role.crm.name
  path = "/${var.division}/crm/"
  role = aws_iam_role.crm.name
}
