"""`tuban import-regions FILE [--actor USERNAME]`."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from tuban.accounts.access import Act
from tuban.accounts.terminal import NoSuchPost, acting_post
from tuban.atlas.boundaries import replace_boundaries
from tuban.core.errors import DomainError
from tuban.geodata.errors import GeodataError


class Command(BaseCommand):
    """导入行政区界线."""

    help = "以真实界线替换示意界线：GeoJSON、GPKG 或 Shapefile（GBK 名称亦可）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE, and the account that answers for it."""
        parser.add_argument("file", type=Path, help="geojson、gpkg 或 shp")
        parser.add_argument("--actor", metavar="USERNAME", help="导入岗位的账号；默认系统管理员")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 all 旗区 real, 1 some left or refused, 2 unreadable."""
        try:
            actor = acting_post(options["actor"], Act.IMPORT_REGIONS)
            done = replace_boundaries(actor=actor, path=options["file"])
        except (GeodataError, NoSuchPost) as error:
            self.stderr.write(str(error))
            raise SystemExit(2) from error
        except DomainError as error:
            self.stderr.write(str(error))
            raise SystemExit(1) from error
        self.stdout.write(f"已导入：{'、'.join(region.name for region in done.placed)}。")
        if done.unknown:
            self.stdout.write(f"不属于本市，未导入：{'、'.join(done.unknown[:20])}。")
        if done.schematic:
            names = "、".join(region.name for region in done.schematic)
            self.stdout.write(f"仍为示意界线：{names}。")
            raise SystemExit(1)
