resource "aws_iam_role" "web" {
  assume_role_policy = var.trust
}

resource "aws_elastic_beanstalk_environment" "web" {
  name        = "web"
  application = "web"

  dynamic "setting" {
    for_each = var.settings

    content {
      namespace = setting.value.namespace
      name      = setting.value.name
      value     = aws_iam_role.web.name
    }
  }

  setting {
    namespace = "aws:elasticbeanstalk:environment"
    name      = local.name
    value     = aws_iam_role.web.name
  }
}
