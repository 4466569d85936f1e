resource "aws_iam_role" "many" {
  for_each = toset(["a", "b"])

  name               = "many-${each.key}"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_instance" "loop" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = [for role in aws_iam_role.many : role.name][0]
}

resource "aws_instance" "lookup" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = lookup({ a = aws_iam_role.many["a"].name }, "a")
}

resource "aws_instance" "format" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = format("%s", aws_iam_role.many["a"].name)
}

resource "aws_instance" "around" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = "${aws_iam_role.many["a"].name}-profile"
}

resource "aws_instance" "values" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = values(aws_iam_role.many)[0].name
}
