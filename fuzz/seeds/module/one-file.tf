# A role without a profile, and all that refer to it.
resource "aws_iam_role" "web_role" {
  name               = "web"
  path               = "/web/"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_instance" "web" {
  ami                  = "ami-1" # the image
  iam_instance_profile = aws_iam_role.web_role.name
}

resource "aws_launch_template" "web" {
  iam_instance_profile {
    arn = aws_iam_role.web_role.arn // the role
  }
}

resource "aws_batch_compute_environment" "web" {
  compute_resources {
    instance_role = aws_iam_role.web_role.arn
  }
}
