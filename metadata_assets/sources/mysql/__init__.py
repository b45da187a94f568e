"""MySQL 8 and MariaDB, by PyMySQL."""
