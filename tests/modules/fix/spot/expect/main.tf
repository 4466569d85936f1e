resource "aws_spot_instance_request" "burst" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.burst_instance_profile.name
}

resource "aws_spot_fleet_request" "burst" {
  iam_fleet_role  = aws_iam_role.fleet.arn
  target_capacity = 2

  launch_specification {
    ami                  = "ami-0abcdef1234567890"
    instance_type        = "t3.micro"
    iam_instance_profile = aws_iam_instance_profile.burst_instance_profile.name
  }

  launch_specification {
    ami                      = "ami-0abcdef1234567890"
    instance_type            = "t3.small"
    iam_instance_profile_arn = aws_iam_instance_profile.burst_instance_profile.arn
  }
}

resource "aws_iam_role" "burst_role" {
  name               = "burst_role"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "burst_instance_profile" {
  name = aws_iam_role.burst_role.name
  role = aws_iam_role.burst_role.name
}

resource "aws_iam_role" "fleet" {
  name               = "fleet"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "spotfleet.amazonaws.com" } }] })
}
