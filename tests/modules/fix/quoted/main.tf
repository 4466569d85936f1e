resource "aws_iam_role" "legacy" {
  name = "${var.stage}-legacy"

  assume_role_policy = <<POLICY
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": { "Service": "ec2.amazonaws.com" },
      "Action": "sts:AssumeRole"
    }
  ]
}
POLICY
}

resource "aws_instance" "legacy" {
  ami                  = "${var.image}"
  instance_type        = "t3.micro"
  iam_instance_profile = "${aws_iam_role.legacy.id}"
}

variable "stage" {
  default = "test"
}

variable "image" {
  default = "ami-0abcdef1234567890"
}
