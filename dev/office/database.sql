-- Role, template and database of an office server; run once as user postgres:
--   sudo -u postgres psql -X -v ON_ERROR_STOP=1 -f dev/office/database.sql
-- Restoring a backup makes databases, hence createdb; only the template needs a superuser.
create role tuban login createdb;
alter role tuban set jit = off;
alter role tuban set work_mem = '16MB';
create database template_app owner tuban template template0 encoding 'UTF8' locale 'C.UTF-8';
\connect template_app
create extension postgis;
create extension pg_trgm;
create extension btree_gist;
\connect postgres
alter database template_app is_template true;
create database tuban owner tuban template template_app;
