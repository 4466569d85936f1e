resource "aws_instance" "one" {
  count = 2

  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = "aws_iam_role.counted[count.index].name"
}

resource "aws_instance" "each" {
  for_each = toset(["blue"])

  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = "aws_iam_instance_profile.keyed[each.key].name"
}

resource "aws_iam_role" "counted" {
  count = 2

  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "counted" {
  count = 2

  role = aws_iam_role.counted[count.index].name
}

resource "aws_iam_role" "keyed" {
  for_each = toset(["blue"])

  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "keyed" {
  for_each = toset(["blue"])

  role = aws_iam_role.keyed[each.key].name
}
