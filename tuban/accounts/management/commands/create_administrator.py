"""`tuban manage create_administrator`: the first system administrator, who makes all the others."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tuban.accounts.administration.actions import AccountRefused, make_first_administrator


class Command(BaseCommand):
    """开通首个系统管理员."""

    help = "开通系统管理员账号，打印一次性口令；其他账号由其在网页上开通"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Account, organisation, region."""
        parser.add_argument("username", help="账号，小写字母开头")
        parser.add_argument("--org", required=True, help="单位名称；没有则新设")
        parser.add_argument("--region", default="150600", help="管辖地区代码，默认鄂尔多斯市")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints the one-time password, the only time it is to be seen."""
        try:
            user, password = make_first_administrator(
                options["username"], options["org"], options["region"]
            )
        except AccountRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"账号 {user.username}（{user}）已开通。")
        self.stdout.write(f"一次性口令 {password} ，首次登录须修改。")
