// What Swift cannot import from OpenSSL's headers: macros, as inline functions. Nothing else belongs here.
#include <openssl/ssl.h>
#include <openssl/err.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <openssl/rand.h>

static inline int tugi_ssl_ctx_set_versions(SSL_CTX *context, int lowest, int highest) {
    return SSL_CTX_set_min_proto_version(context, lowest) == 1 && SSL_CTX_set_max_proto_version(context, highest) == 1;
}
static inline int tugi_ssl_ctx_set_groups(SSL_CTX *context, const char *list) {
    return (int)SSL_CTX_set1_groups_list(context, list);
}
static inline void tugi_ssl_ctx_set_mode(SSL_CTX *context, long mode) { SSL_CTX_set_mode(context, mode); }
static inline void tugi_ssl_ctx_read_ahead(SSL_CTX *context) { SSL_CTX_set_read_ahead(context, 1); }
static inline void tugi_ssl_ctx_no_sessions(SSL_CTX *context) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}
// Sessions are handed to us, a client's and a server's, and kept nowhere else.
static inline void tugi_ssl_ctx_own_sessions(SSL_CTX *context) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_BOTH | SSL_SESS_CACHE_NO_INTERNAL);
}
// A ticket names a session that the server keeps, instead of holding it: OpenSSL 3.0 would write and read it, with the
// peer's certificate, for each ticket, which costs about as much as a signature.
static inline void tugi_ssl_tickets_are_names(SSL *ssl) { SSL_set_options(ssl, SSL_OP_NO_TICKET); }
static inline int tugi_ssl_ctx_add_chain(SSL_CTX *context, X509 *certificate) {
    return (int)SSL_CTX_add1_chain_cert(context, certificate);
}
static inline int tugi_ssl_set_app_data(SSL *ssl, void *data) { return SSL_set_app_data(ssl, data); }
static inline void *tugi_ssl_app_data(const SSL *ssl) { return SSL_get_app_data(ssl); }
static inline void tugi_bio_retry_read(BIO *bio) { BIO_set_retry_read(bio); }
static inline void tugi_bio_clear_retry(BIO *bio) { BIO_clear_retry_flags(bio); }
static inline int tugi_general_names_count(const GENERAL_NAMES *names) { return sk_GENERAL_NAME_num(names); }
static inline GENERAL_NAME *tugi_general_name(const GENERAL_NAMES *names, int index) {
    return sk_GENERAL_NAME_value(names, index);
}
static inline int tugi_gcm_tag(EVP_CIPHER_CTX *context, int get, unsigned char *tag) {
    return EVP_CIPHER_CTX_ctrl(context, get ? EVP_CTRL_AEAD_GET_TAG : EVP_CTRL_AEAD_SET_TAG, 16, tag);
}
