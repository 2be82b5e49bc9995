"""The sending user at IAM, its inline policy and its access keys."""

import json
from collections.abc import Mapping
from datetime import UTC
from typing import TYPE_CHECKING

from seswizard.core.aws_things import AccessKey, IamUser
from seswizard.core.secret import Secret
from seswizard.core.text import printable
from seswizard.gateways.aws import AwsSession
from seswizard.gateways.tags import from_aws, to_aws

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient


class IamGateway:
    """IAM by boto3."""

    def __init__(self, aws: AwsSession) -> None:
        self._aws = aws

    async def user(self, name: str) -> IamUser | None:
        """The user of this name, with its tags."""

        def look() -> IamUser | None:
            client = self._client()
            try:
                said = client.get_user(UserName=name)["User"]
            except client.exceptions.NoSuchEntityException:
                return None
            tags = from_aws(said.get("Tags", ()))
            return IamUser(printable(said["UserName"]), printable(said["Path"]), printable(said["Arn"]), tags)

        return await self._aws.read("iam:GetUser", look)

    async def create_user(self, name: str, path: str, tags: Mapping[str, str]) -> None:
        """Make a user who may do nothing yet."""

        def change() -> None:
            self._client().create_user(UserName=name, Path=path, Tags=to_aws(tags))

        await self._aws.write("iam:CreateUser", change)

    async def delete_user(self, name: str) -> bool:
        """Whether there was one."""

        def change() -> bool:
            client = self._client()
            try:
                client.delete_user(UserName=name)
            except client.exceptions.NoSuchEntityException:
                return False
            return True

        return await self._aws.write("iam:DeleteUser", change)

    async def policy(self, user: str, name: str) -> str | None:
        """An inline policy's document as JSON text."""

        def look() -> str | None:
            client = self._client()
            try:
                return json.dumps(client.get_user_policy(UserName=user, PolicyName=name)["PolicyDocument"])
            except client.exceptions.NoSuchEntityException:
                return None

        return await self._aws.read("iam:GetUserPolicy", look)

    async def put_policy(self, user: str, name: str, document: str) -> None:
        """Write an inline policy."""

        def change() -> None:
            self._client().put_user_policy(UserName=user, PolicyName=name, PolicyDocument=document)

        await self._aws.write("iam:PutUserPolicy", change)

    async def delete_policy(self, user: str, name: str) -> bool:
        """Whether there was one."""

        def change() -> bool:
            client = self._client()
            try:
                client.delete_user_policy(UserName=user, PolicyName=name)
            except client.exceptions.NoSuchEntityException:
                return False
            return True

        return await self._aws.write("iam:DeleteUserPolicy", change)

    async def keys(self, user: str) -> tuple[AccessKey, ...]:
        """The user's keys, none if there is no such user; oldest first."""

        def look() -> tuple[AccessKey, ...]:
            client = self._client()
            try:
                pages = client.get_paginator("list_access_keys").paginate(UserName=user)
                found = [one for page in pages for one in page["AccessKeyMetadata"]]
            except client.exceptions.NoSuchEntityException:
                return ()
            found.sort(key=lambda one: one["CreateDate"])
            return tuple(
                AccessKey(printable(one["AccessKeyId"]), one["Status"] == "Active", one["CreateDate"].astimezone(UTC))
                for one in found
            )

        return await self._aws.read("iam:ListAccessKeys", look)

    async def create_key(self, user: str) -> tuple[str, Secret]:
        """Key id and secret, tried once: a second try could leave a key behind whose secret nobody saw."""

        def change() -> tuple[str, Secret]:
            client: IAMClient = self._aws.client("iam", once=True)
            made = client.create_access_key(UserName=user)["AccessKey"]
            return printable(made["AccessKeyId"]), Secret(made["SecretAccessKey"])

        return await self._aws.write("iam:CreateAccessKey", change)

    async def delete_key(self, user: str, key: str) -> bool:
        """Whether there was one."""

        def change() -> bool:
            client = self._client()
            try:
                client.delete_access_key(UserName=user, AccessKeyId=key)
            except client.exceptions.NoSuchEntityException:
                return False
            return True

        return await self._aws.write("iam:DeleteAccessKey", change)

    def _client(self) -> "IAMClient":
        client: IAMClient = self._aws.client("iam")
        return client
