"""导出: exactly the filtered rows as Excel, boundary TXT, GeoJSON or GPKG.

- `order`      who asks for what, as of when; what a kind of export is
- `sheet`      the one writer of Excel tables; `cells` its rows
- `parcels`, `keyfacts`  地块清单; `uploads` 上传件 and its rows
- `text` boundary TXT, `spatial` GeoJSON and GPKG
- `delivery`   small ones at once, large ones in the background (`making`, `kept` for a day)
"""
