"""EC2: the descriptions of security group rules for groups and prefix lists, of which moto keeps only those for addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from localstack.utils.patch import Patch, patch
from moto.ec2.models.security_groups import SecurityGroupRule

if TYPE_CHECKING:
    from collections.abc import Callable

_OF_PREFIX_LIST: Final = "prefix_list_description"


def apply_patches() -> None:
    """Keep and show the description of a rule, whatever it is for."""

    @patch(SecurityGroupRule.__init__)
    def create(original: Callable[..., None], self: SecurityGroupRule, *args: Any, **others: Any) -> None:
        original(self, *args, **others)
        lists = [each for each in (*args, *others.values()) if isinstance(each, dict) and "PrefixListId" in each]
        vars(self)[_OF_PREFIX_LIST] = lists[0].get("Description") if lists else None

    Patch(SecurityGroupRule, "description", property(_description)).apply()


def _description(rule: SecurityGroupRule) -> str | None:
    described = (rule.ip_range.get("Description"), rule.source_group.get("Description"), vars(rule)[_OF_PREFIX_LIST])
    return next((each for each in described if each), None)
