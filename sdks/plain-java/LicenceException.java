/** The SDK refuses to work; {@code code} is what the application is told. */
final class LicenceException extends Exception {
    private static final long serialVersionUID = 1;

    final int code;

    LicenceException(int code, String message) {
        super(message);
        this.code = code;
    }
}
