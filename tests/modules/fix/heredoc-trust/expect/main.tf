resource "aws_iam_role" "reader" {
  name = "reader"

  assume_role_policy = <<-JSON
    {
      "Version": "2012-10-17",
      "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": ["ec2.amazonaws.com", "ssm.amazonaws.com"]},
        "Action": "sts:AssumeRole"
      }
    }
  JSON
}

resource "aws_iam_instance_profile" "reader" {
  name = aws_iam_role.reader.name
  role = aws_iam_role.reader.name
}

resource "aws_instance" "reader" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.reader.name

  user_data = <<-EOT
    #!/bin/sh
    echo 'iam_instance_profile = aws_iam_role.reader.name'
  EOT
}
