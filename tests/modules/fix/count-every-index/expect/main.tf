variable "enabled" {
  type    = bool
  default = true
}

resource "aws_iam_role" "node" {
  count = var.enabled ? 1 : 0

  name               = "node"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "node" {
  count = var.enabled ? 1 : 0

  name = aws_iam_role.node[count.index].name
  role = aws_iam_role.node[count.index].name
}

resource "aws_instance" "i0" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.node[0].name
}

resource "aws_instance" "i1" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.node.0.name
}

resource "aws_instance" "i2" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = one(aws_iam_instance_profile.node[*].name)
}

resource "aws_instance" "i3" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = join("", aws_iam_instance_profile.node.*.name)
}

resource "aws_instance" "i4" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = element(aws_iam_instance_profile.node[*].name, 0)
}

resource "aws_instance" "i5" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = try(aws_iam_instance_profile.node[0].name, null)
}

resource "aws_instance" "i6" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = coalesce(one(aws_iam_instance_profile.node[*].name), "other")
}

resource "aws_instance" "i7" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = concat(aws_iam_instance_profile.node.*.name, [""])[0]
}

resource "aws_instance" "i8" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = element(concat(aws_iam_instance_profile.node.*.name, [""]), 0)
}

resource "aws_instance" "i9" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = tolist(aws_iam_instance_profile.node[*].name)[0]
}

resource "aws_instance" "i10" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = "${aws_iam_instance_profile.node[0].name}"
}

resource "aws_instance" "i11" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = (aws_iam_instance_profile.node[0].name)
}

resource "aws_instance" "i12" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.node[0].name
}
