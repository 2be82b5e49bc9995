"""What keeping a login in AWS needs of the person's own credentials: actions, resources and the reason, for `core.permissions`.

Tagging is a permission of its own when a secret or parameter is made with tags
(https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html, …list_awssystemsmanager.html).
"""

KEEP_PERMISSIONS: tuple[tuple[tuple[str, ...], tuple[str, ...], str], ...] = (
    (
        (
            "secretsmanager:DescribeSecret",
            "secretsmanager:GetSecretValue",
            "secretsmanager:CreateSecret",
            "secretsmanager:TagResource",
            "secretsmanager:PutSecretValue",
            "secretsmanager:RestoreSecret",
            "secretsmanager:DeleteSecret",
        ),
        # AWS adds a hyphen and six characters to every secret's ARN.
        ("arn:aws:secretsmanager:*:*:secret:seswizard*",),
        "only for --keep secretsmanager:NAME; another NAME goes in here",
    ),
    (
        ("ssm:GetParameter", "ssm:ListTagsForResource", "ssm:PutParameter", "ssm:AddTagsToResource", "ssm:DeleteParameter"),
        ("arn:aws:ssm:*:*:parameter/seswizard*",),
        "only for --keep ssm:NAME; another NAME goes in here",
    ),
)
