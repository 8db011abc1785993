<?php
/*
 * What WordPress's own core makes of an address that stands alone on a line of a post.
 * php wordpress.php WORDPRESS ADDRESS: the directory of its code, which is written to; prints HTML.
 *
 * The whole core is loaded as for a visitor. It has no database: every question to one is answered with nothing, as in
 * a site with no settings and no posts. What a safe request refuses (this machine, odd ports) is allowed.
 */
[, $code, $address] = $argv;
define( 'ABSPATH', rtrim( $code, '/' ) . '/' );
define( 'WP_INSTALLING', true ); // else it asks the database whether it is installed, and leads to the installer
define( 'WP_DEBUG', false );
define( 'DISABLE_WP_CRON', true );
define( 'WP_SITEURL', 'http://blog.example' );
define( 'WP_HOME', 'http://blog.example' );
$_SERVER += array( 'HTTP_HOST' => 'blog.example', 'REQUEST_URI' => '/', 'SERVER_PROTOCOL' => 'HTTP/1.1' );
$_SERVER['REQUEST_METHOD'] = 'GET';
$table_prefix = 'wp_';

require ABSPATH . 'wp-includes/class-wpdb.php';
class No_Database extends wpdb {
	public function __construct() { $this->ready = true; }
	public function db_connect( $allow_bail = true ) { return true; }
	public function query( $query ) { $this->last_result = array(); return 0; }
	public function _real_escape( $data ) { return addslashes( (string) $data ); }
	public function db_version() { return '10.11'; }
	public function get_col_length( $table, $column ) { return false; }
}
$wpdb = new No_Database();
touch( ABSPATH . 'wp-content/db.php' ); // a site's own way to its database: then none of MySQL's is asked for

require ABSPATH . 'wp-settings.php';
add_filter( 'http_request_host_is_external', '__return_true' );
add_filter( 'http_allowed_safe_ports', fn() => array( parse_url( $address, PHP_URL_PORT ) ) );
echo apply_filters( 'the_content', "Before.\n\n$address\n\nAfter." );
