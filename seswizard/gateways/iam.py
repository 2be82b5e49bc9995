"""The sending user at IAM, its inline policy and its access keys."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from seswizard.core.aws_things import AccessKey, IamUser
from seswizard.core.failure import Failure, FailureError
from seswizard.core.quoting import aws_command
from seswizard.core.secret import Secret
from seswizard.core.text import printable
from seswizard.gateways.aws import AwsSession
from seswizard.gateways.http_answers import AnswerError
from seswizard.gateways.members import Said, arn_in, group, groups, moment, raw_text, text
from seswizard.gateways.paging import paged
from seswizard.gateways.tags import from_aws, to_aws

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

_KEY = re.compile(r"\w{16,128}", re.ASCII)
"""https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKey.html"""
_EVER = datetime.fromtimestamp(0, UTC)


class IamGateway:
    """IAM by boto3."""

    def __init__(self, aws: AwsSession) -> None:
        self._aws = aws

    async def user(self, name: str) -> IamUser | None:
        """The user of this name, with its tags."""

        def look() -> IamUser | None:
            client = self._client()
            try:
                said = group(client.get_user(UserName=name), "User", needed=True)
            except client.exceptions.NoSuchEntityException:
                return None
            return IamUser(text(said, "UserName"), text(said, "Path"), arn_in(said, "Arn"), from_aws(groups(said, "Tags")))

        return await self._aws.read("iam:GetUser", look)

    async def create_user(self, name: str, path: str, tags: Mapping[str, str]) -> bool:
        """Make a user who may do nothing yet; whether it was made.

        False also where an answer was lost and the library's second try found the user that the first one had made: the
        caller looks whose it is.
        """

        def change() -> bool:
            client = self._client()
            try:
                client.create_user(UserName=name, Path=path, Tags=to_aws(tags))
            except client.exceptions.EntityAlreadyExistsException:
                return False
            return True

        return await self._aws.write("iam:CreateUser", change)

    async def delete_user(self, name: str) -> bool:
        """Whether there was one."""

        def change() -> bool:
            client = self._client()
            try:
                client.delete_user(UserName=name)
            except client.exceptions.NoSuchEntityException:
                return False
            except client.exceptions.DeleteConflictException as error:
                raise FailureError(_still_used(name, error)) from None
            return True

        return await self._aws.write("iam:DeleteUser", change)

    async def policy(self, user: str, name: str) -> str | None:
        """An inline policy's document as JSON text."""

        def look() -> str | None:
            client = self._client()
            try:
                said = client.get_user_policy(UserName=user, PolicyName=name)
                return json.dumps(group(said, "PolicyDocument", needed=True))
            except client.exceptions.NoSuchEntityException:
                return None

        return await self._aws.read("iam:GetUserPolicy", look)

    async def put_policy(self, user: str, name: str, document: str) -> None:
        """Write an inline policy."""

        def change() -> None:
            client = self._client()
            try:
                client.put_user_policy(UserName=user, PolicyName=name, PolicyDocument=document)
            except client.exceptions.LimitExceededException as error:
                raise FailureError(_too_long(user, error)) from None

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
                found = [
                    _key(key)
                    for page in paged(client.get_paginator("list_access_keys").paginate(UserName=user))
                    for key in groups(page, "AccessKeyMetadata", needed=True)
                ]
            except client.exceptions.NoSuchEntityException:
                return ()
            return tuple(sorted(found, key=lambda key: key.created or _EVER))

        return await self._aws.read("iam:ListAccessKeys", look)

    async def create_key(self, user: str) -> tuple[str, Secret]:
        """Key id and secret, tried once: a second try could leave a key behind whose secret nobody saw."""

        def change() -> tuple[str, Secret]:
            client: IAMClient = self._aws.client("iam", once=True)
            try:
                made = group(client.create_access_key(UserName=user), "AccessKey", needed=True)
            except client.exceptions.LimitExceededException as error:
                raise FailureError(_two_keys(user, error)) from None
            if not _KEY.fullmatch(raw_text(made, "AccessKeyId")):
                raise AnswerError("AccessKeyId is no key's")
            return text(made, "AccessKeyId"), Secret(raw_text(made, "SecretAccessKey"))

        return await self._aws.write("iam:CreateAccessKey", change)

    async def set_key(self, user: str, key: str, *, active: bool) -> None:
        """Switch a key on or off."""

        def change() -> None:
            self._client().update_access_key(UserName=user, AccessKeyId=key, Status="Active" if active else "Inactive")

        await self._aws.write("iam:UpdateAccessKey", change)

    async def last_used(self, key: str) -> datetime | None:
        """When a key was last used; None for never. AWS may be some hours behind."""

        def look() -> datetime | None:
            said = self._client().get_access_key_last_used(AccessKeyId=key)
            return moment(group(said, "AccessKeyLastUsed", needed=True), "LastUsedDate")

        return await self._aws.read("iam:GetAccessKeyLastUsed", look)

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


def _key(said: Said) -> AccessKey:
    return AccessKey(text(said, "AccessKeyId"), text(said, "Status") == "Active", moment(said, "CreateDate"))


def _two_keys(user: str, error: Exception) -> Failure:
    return Failure(
        "login.two-keys",
        f"{user} has two access keys already, the most that AWS allows.",
        printable(str(error)),
        "Look which one nothing uses, and give it up.",
        aws_command("iam list-access-keys", user_name=user),
    )


def _too_long(user: str, error: Exception) -> Failure:
    return Failure(
        "login.policy-too-long",
        f"The inline policies of {user} together are longer than IAM allows (2048 characters).",
        printable(str(error)),
        "Fewer domains or regions for this login, or a user of its own for some of them.",
    )


def _still_used(user: str, error: Exception) -> Failure:
    return Failure(
        "login.user-in-use",
        f"{user} cannot be deleted: something of it is left that seswizard did not make.",
        printable(str(error)),
        "Look what it has, such as a group or a second policy, and decide yourself.",
        aws_command("iam list-user-policies", user_name=user),
    )
