# shellcheck shell=bash
# An invitation into the cluster, good for two hours and one machine: printed, so never logged.
main() {
  local token hash key="" encryption="" file
  token=$(kubeadm token create --ttl 2h --description "invitation of $NODE" 2>/dev/null) ||
    fail "no token can be made; see kubeadm token list"
  hash=$(openssl x509 -pubkey -noout -in /etc/kubernetes/pki/ca.crt |
    openssl pkey -pubin -outform der | sha256sum | cut -d' ' -f1)
  if [ "$CONTROL_PLANE" = yes ]; then
    file=$(mktemp --tmpdir=/run imaging-upload.XXXXXX)
    # shellcheck disable=SC2064 # the file of now
    trap "rm -f '$file'" EXIT
    key=$(kubeadm certs certificate-key)
    printf 'apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\ncertificateKey: %s\n' "$key" >"$file"
    kubeadm init phase upload-certs --upload-certs --config "$file" >/dev/null ||
      fail "the certificates can't be uploaded; see above"
    encryption=$(base64 --wrap=0 /etc/kubernetes/imaging/encryption.yaml)
  fi
  printf "TOKEN='%s'\nCA_HASH='sha256:%s'\nCERTIFICATE_KEY='%s'\nENCRYPTION='%s'\n" \
    "$token" "$hash" "$key" "$encryption"
}
